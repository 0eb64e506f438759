/**
 * A phone has to trust the authority before it opens the app without a warning. This is the page behind the QR code:
 * plain http, two files, nothing else. What it hands out is public; the fingerprint to compare stands in the terminal.
 */
import { createServer, type Server } from 'node:http'
import type { LanCertificate } from '../core/http/lanCertificate.ts'

export const startLanWelcome = (lan: LanCertificate, host: string, port: number, appUrl: string): Promise<Server> => {
  const server = createServer((request, response) => {
    const found = request.method === 'GET' ? pages(lan, appUrl)[request.url ?? ''] : undefined
    response.writeHead(found ? 200 : 404, {
      'content-type': found?.type ?? 'text/plain',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'cache-control': 'no-store',
      ...(found?.name ? { 'content-disposition': `attachment; filename="${found.name}"` } : {}),
    })
    response.end(found?.body ?? 'not found')
  })
  server.requestTimeout = 10_000
  server.maxConnections = 50
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })
}

type Page = { type: string; body: string; name?: string }
const pages = (lan: LanCertificate, appUrl: string): Record<string, Page> => ({
  '/': { type: 'text/html; charset=utf-8', body: page(lan, appUrl) },
  '/entrepot.crt': { type: 'application/x-x509-ca-cert', body: lan.authority, name: 'entrepot.crt' },
})

const page = (lan: LanCertificate, appUrl: string) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Entrepot on this phone</title>
<style>body{font:17px/1.5 system-ui;margin:24px;max-width:40em}a{display:inline-block;padding:12px 20px;border-radius:8px;background:#1d4ed8;color:#fff;text-decoration:none}code{word-break:break-all}</style>
<h1>Entrepot on this phone</h1>
<ol>
<li><p>Take the certificate: <p><a href="/entrepot.crt">Get the certificate</a>
<p><b>iPhone:</b> Settings › General › VPN &amp; Device Management › install it, then General › About › Certificate Trust Settings › switch it on.
<p><b>Android:</b> Settings › Security › More › Install a certificate › CA certificate.
<p>It must show this fingerprint, the one in the terminal:<br><code>${lan.fingerprint}</code>
<p>It is good for addresses of this local network only.
<li><p>Then open the app: <p><a href="${appUrl}">${appUrl}</a>
</ol>`
