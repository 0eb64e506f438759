import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'

/** What a page of ours may load and run: its own files. In development Vite puts scripts and styles into the page and talks to it over a socket. */
const contentPolicy = (dev: boolean): Record<string, string[]> => {
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

/**
 * The headers of every answer. They are the same for all, so helmet is asked once at the start: its middleware puts the
 * policy together anew for each request, which was a fiftieth of an order's time.
 * @param secure over TLS: browsers are told to keep to it.
 */
export const securityHeaders = ({ dev, secure }: { dev: boolean; secure: boolean }): Record<string, string> => {
  const headers: Record<string, string> = {}
  const answer = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value
    },
    removeHeader: () => {},
  }
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: contentPolicy(dev) },
    hsts: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  })({} as IncomingMessage, answer as unknown as ServerResponse, (error) => {
    if (error) throw error
  })
  return headers
}
