/** A packing as an isometric drawing: plain SVG text, nothing is loaded. */
import type { Packing, Placement } from './types.ts'

export interface DrawOptions {
  /** Pixels across (default 640); the height follows. */
  readonly width?: number
  /** What a hovered box is called; its item's id where it is not said. */
  readonly label?: (box: Placement) => string
}

type Point = readonly [number, number]
const COS30 = Math.sqrt(3) / 2

/** x runs to the lower right, y to the lower left, z up: the near corner is the one by the door. */
const project = (x: number, y: number, z: number): Point => [(x - y) * COS30, (x + y) / 2 - z]

/** One hue an item, golden angles apart, so that neighbours in a list differ. */
const hueOf = (n: number): number => Math.round((n * 137.508) % 360)

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Drawn after all that it hides: `a` is behind `b` where one of the planes between them says so. */
const isBehind = (a: Placement, b: Placement): boolean =>
  a.x + a.length <= b.x || a.y + a.width <= b.y || a.z + a.height <= b.z

/** Whether their drawings can touch: the three shadows of isometric space overlap. */
const mayHide = (a: Placement, b: Placement): boolean => {
  const overlap = (lowA: number, highA: number, lowB: number, highB: number) => lowA < highB && lowB < highA
  const across = (p: Placement): Point => [p.x - p.y - p.width, p.x + p.length - p.y]
  const alongX = (p: Placement): Point => [p.x - p.z - p.height, p.x + p.length - p.z]
  const alongY = (p: Placement): Point => [p.y - p.z - p.height, p.y + p.width - p.z]
  return [across, alongX, alongY].every((shadow) => overlap(...shadow(a), ...shadow(b)))
}

/** Far ones first, depth first over who is behind whom. Where three hide each other in a ring, no order is right and one is taken. */
const farFirst = (boxes: readonly Placement[]): Placement[] => {
  const near = (box: Placement): number => box.x + box.y + box.z
  const sorted = [...boxes].sort((a, b) => near(a) - near(b))
  const done = new Set<number>()
  const order: Placement[] = []
  for (let start = 0; start < sorted.length; start += 1) {
    const open: { at: number; next: number }[] = done.has(start) ? [] : [{ at: start, next: 0 }]
    done.add(start)
    while (open.length > 0) {
      const top = open.at(-1)!
      const box = sorted[top.at]!
      while (
        top.next < sorted.length &&
        (done.has(top.next) ||
          !isBehind(sorted[top.next]!, box) ||
          isBehind(box, sorted[top.next]!) ||
          !mayHide(sorted[top.next]!, box))
      )
        top.next += 1
      if (top.next < sorted.length) {
        done.add(top.next)
        open.push({ at: top.next, next: 0 })
      } else {
        order.push(box)
        open.pop()
      }
    }
  }
  return order
}

const polygon = (points: readonly Point[], scale: number, fill: string): string =>
  `<polygon points="${points.map(([x, y]) => `${(x * scale).toFixed(1)},${(y * scale).toFixed(1)}`).join(' ')}" fill="${fill}"/>`

/** The three faces that are seen: top, towards the door, and the near side. */
const drawBox = (box: Placement, hue: number, title: string, scale: number): string => {
  const [x, y, z] = [box.x + box.length, box.y + box.width, box.z + box.height]
  const top = [project(box.x, box.y, z), project(x, box.y, z), project(x, y, z), project(box.x, y, z)]
  const door = [project(x, box.y, z), project(x, y, z), project(x, y, box.z), project(x, box.y, box.z)]
  const side = [project(box.x, y, z), project(x, y, z), project(x, y, box.z), project(box.x, y, box.z)]
  const faces = [
    polygon(top, scale, `hsl(${hue} 55% 78%)`),
    polygon(door, scale, `hsl(${hue} 50% 62%)`),
    polygon(side, scale, `hsl(${hue} 45% 50%)`),
  ]
  return `<g><title>${escapeText(title)}</title>${faces.join('')}</g>`
}

/** The walls behind: floor, far wall, and the side at y = 0, as lines. */
const drawWalls = ({ length, width, height }: Packing['container'], scale: number): string =>
  [
    [project(0, 0, 0), project(length, 0, 0), project(length, width, 0), project(0, width, 0)],
    [project(0, 0, 0), project(0, width, 0), project(0, width, height), project(0, 0, height)],
    [project(0, 0, 0), project(length, 0, 0), project(length, 0, height), project(0, 0, height)],
  ]
    .map((points) => polygon(points, scale, 'none'))
    .join('')

/** Boxes all of whose seen faces are covered by others are left out: of ten thousand only the hull is drawn. */
const seenOf = (boxes: readonly Placement[]): Placement[] => {
  const key = (box: Placement, x: number, y: number, z: number) =>
    `${x},${y},${z},${box.length},${box.width},${box.height}`
  const same = new Set(boxes.map((box) => key(box, box.x, box.y, box.z)))
  return boxes.filter(
    (box) =>
      !same.has(key(box, box.x + box.length, box.y, box.z)) ||
      !same.has(key(box, box.x, box.y + box.width, box.z)) ||
      !same.has(key(box, box.x, box.y, box.z + box.height)),
  )
}

/**
 * @returns an `<svg>` element with the container's outline and every box that can be seen, one colour an item
 * @throws RangeError when the width is not above 0
 */
export const drawPacking = (packing: Packing, options: DrawOptions = {}): string => {
  const { container, placements } = packing
  const { width = 640, label = (box: Placement) => box.item } = options
  if (!(width > 0 && Number.isFinite(width))) throw new RangeError(`width of the drawing must be above 0, not ${width}`)
  const scale = width / ((container.length + container.width) * COS30)
  const left = -container.width * COS30 * scale
  const top = -container.height * scale
  const high = ((container.length + container.width) / 2 + container.height) * scale
  const hues = new Map([...new Set(placements.map((box) => box.item))].sort().map((id, n) => [id, hueOf(n)]))
  const percent = (100 * packing.use).toFixed(1)
  const boxes = farFirst(seenOf(placements)).map((box) => drawBox(box, hues.get(box.item)!, label(box), scale))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${high.toFixed(0)}" viewBox="${left.toFixed(1)} ${top.toFixed(1)} ${width} ${high.toFixed(1)}" role="img">`,
    `<title>${escapeText(`${container.id}: ${placements.length} boxes, ${percent} % of the volume`)}</title>`,
    `<g stroke="#888" stroke-width="1" stroke-linejoin="round">${drawWalls(container, scale)}</g>`,
    `<g stroke="#333" stroke-width="0.6" stroke-linejoin="round">${boxes.join('')}</g>`,
    '</svg>',
    '',
  ].join('\n')
}
