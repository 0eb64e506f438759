import './kit/css/tokens.css'
import './kit/css/base.css'
import './kit/css/parts.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Gate } from './gate.tsx'
import { queries } from './kit/data/query.ts'

const theme = localStorage.getItem('entrepot.theme')
if (theme) document.documentElement.dataset.theme = theme

/** A new build removed the chunks of the old one: the page that misses one starts again, once. */
window.addEventListener('vite:preloadError', () => {
  if (sessionStorage.getItem('entrepot.reloaded') === document.title) return
  sessionStorage.setItem('entrepot.reloaded', document.title)
  location.reload()
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Gate />
    </QueryClientProvider>
  </StrictMode>,
)
