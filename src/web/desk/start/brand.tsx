import '../../kit/css/start.css'
export const Brand = () => (
  <div className="brand">
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <path
        d="M7 13 16 7l9 6v12H7ZM12 25v-7h8v7M12 21.5h8"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.4"
        strokeLinejoin="round"
      />
    </svg>
    Entrepot
  </div>
)
