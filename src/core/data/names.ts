/** File names. What we store is named by its id alone; what the sender called it is data that is shown and never opened. */

/**
 * The name as shown and offered for download: last path part, no control characters, no direction overrides (which
 * make `gpj.exe` read `exe.jpg`), no Windows device name, at most 120 characters with the ending kept.
 */
export function cleanName(original: string): string {
  const last = original.split(/[/\\]/).at(-1) ?? ''
  const plain = [...last.normalize('NFC')].filter((c) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(c)).join('')
  // Looking back keeps this linear: without it 16,000 dots, a header's worth, held every other request up for a second.
  const name = plain.replace(/[<>:"|?*]/g, '_').replace(/^[\s.]+|(?<![\s.])[\s.]+$/g, '') || 'file'
  const safe = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) ? `_${name}` : name
  if ([...safe].length <= 120) return safe
  const ending = /\.[a-z0-9]{1,8}$/i.exec(safe)?.[0] ?? ''
  return [...safe].slice(0, 120 - ending.length).join('') + ending
}

/** RFC 6266 with both forms: ASCII for old clients, RFC 8187 UTF-8 for the rest. Never `inline`. */
export function contentDisposition(original: string): string {
  const name = cleanName(original)
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_')
  const exact = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${exact}`
}

/** Headers of every download: attached, not sniffed, not run, not kept. */
export const downloadHeaders = (original: string, mediaType = 'application/octet-stream'): Record<string, string> => ({
  'content-type': mediaType,
  'content-disposition': contentDisposition(original),
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'no-store',
})
