import type { Linter } from './linter.ts'

/** Degrees shifted to be positive, times 10⁷, in ten digits. */
const degrees = (most: number, name: string): Linter => {
  return (data) =>
    !/^[0-9]{10}$/.test(data) ? `a ${name} has ten digits` : Number(data) > most ? `the ${name} is out of range` : null
}

const pieceOfTotal: Linter = (data) => {
  if (!/^[0-9]*$/.test(data)) return 'there is a sign that is no digit'
  if (data === '' || data.length % 2 !== 0) return 'piece and total have as many digits as each other'
  const half = data.length / 2
  const [piece, total] = [data.slice(0, half), data.slice(half)]
  if (/^0+$/.test(piece)) return 'there is no piece number zero'
  if (/^0+$/.test(total)) return 'there is no total of zero pieces'
  return piece > total ? 'the piece number is above the total' : null
}

const positionInSequence: Linter = (data) => {
  const parts = /^([0-9]+)\/([0-9]+)$/.exec(data)
  if (!parts) return 'a position in a sequence is written position/end'
  const [, position, end] = parts as unknown as [string, string, string]
  if (position.startsWith('0') || end.startsWith('0')) return 'neither position nor end begins with a zero'
  return BigInt(position) > BigInt(end) ? 'the position is behind the end' : null
}

export const shapeLinters: Readonly<Record<string, Linter>> = {
  hasnondigit: (data) => (/[^0-9]/.test(data) ? null : 'at least one sign is no digit'),
  hyphen: (data) => (/^-+$/.test(data) ? null : 'only a hyphen may stand here'),
  importeridx: (data) => (/^[-0-9A-Z_a-z]$/.test(data) ? null : 'an importer index is one sign of base64url'),
  latitude: degrees(1_800_000_000, 'latitude'),
  longitude: degrees(3_600_000_000, 'longitude'),
  nonzero: (data) => (/^0*$/.test(data) ? 'it may not be zero' : null),
  nozeroprefix: (data) => (data.startsWith('0') ? 'it may not begin with a zero' : null),
  pcenc: (data) => (/%(?![0-9A-Fa-f]{2})/.test(data) ? 'a % is not followed by two hexadecimal digits' : null),
  pieceoftotal: pieceOfTotal,
  posinseqslash: positionInSequence,
  zero: (data) => (/^0+$/.test(data) ? null : 'only zero may stand here'),
}
