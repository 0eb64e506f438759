export type Tone = 'quiet' | 'info' | 'good' | 'warn' | 'bad'

/** Colour is for exceptions: a normal state is grey text with a dot, so that red is seen. Words carry the meaning alone. */
const tones: Record<string, Tone> = {
  late: 'bad',
  short: 'bad',
  held: 'bad',
  credit_hold: 'bad',
  overdue: 'bad',
  failed: 'bad',
  expired: 'bad',
  part_paid: 'warn',
  backordered: 'warn',
  draft: 'quiet',
  picking: 'info',
  validating: 'info',
  loading: 'info',
  applying: 'info',
}
const words: Record<string, string> = { part_paid: 'Part paid', to_release: 'To release', ready: 'Ready to apply' }

/** 'part_paid' → "Part paid" */
export const wordOf = (state: string): string =>
  words[state] ?? state.charAt(0).toUpperCase() + state.slice(1).replaceAll('_', ' ')

export function Status({ state, tone, word, plain }: { state?: string; tone?: Tone; word?: string; plain?: boolean }) {
  const shade = tone ?? tones[state ?? ''] ?? 'quiet'
  return <span className={`status ${shade}${plain ? ' plain' : ''}`}>{word ?? wordOf(state ?? '')}</span>
}
