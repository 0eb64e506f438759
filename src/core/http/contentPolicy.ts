/** What a page of ours may load and run: its own files. In development Vite puts scripts and styles into the page and talks to it over a socket. */
export const contentPolicy = (dev: boolean): Record<string, string[]> => {
  const inline = dev ? ["'unsafe-inline'"] : []
  return {
    'default-src': ["'none'"],
    'script-src': ["'self'", ...inline],
    'style-src': ["'self'", ...inline],
    'style-src-attr': ["'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...(dev ? ['ws:'] : [])],
    'manifest-src': ["'self'"],
    'worker-src': ["'self'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
  }
}
