import { Page } from '../../kit/shell/shell.tsx'

export function Today() {
  return <Page title="Today">…</Page>
}
