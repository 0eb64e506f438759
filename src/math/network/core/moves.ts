/**
 * Of each pair of open sites, whom it costs least to move from the one to the other: a heap a pair, in which who has left stays
 * until it comes to the top. A move costs O(k log n), and not a look at all customers.
 */
export class Moves {
  private readonly n: number
  private readonly k: number
  private readonly unit: Float64Array
  private readonly units: Float64Array
  private readonly heaps: number[][]

  /** @param unit k × n: cost of a unit. @param units k × n: who is where; read anew each time. */
  constructor(n: number, k: number, unit: Float64Array, units: Float64Array) {
    this.n = n
    this.k = k
    this.unit = unit
    this.units = units
    this.heaps = Array.from({ length: k * k }, () => [])
    for (let a = 0; a < k; a += 1) {
      const own: number[] = []
      for (let j = 0; j < n; j += 1) if (units[a * n + j] !== 0) own.push(j)
      for (let b = 0; b < k; b += 1) {
        if (b === a) continue
        const heap = own.slice()
        this.heaps[a * k + b] = heap
        for (let at = (heap.length >> 1) - 1; at >= 0; at -= 1) this.sink(heap, at, a, b)
      }
    }
  }

  /** Customer to move from a to b; −1: a serves none. */
  who(a: number, b: number): number {
    const heap = this.heaps[a * this.k + b]!
    while (heap.length > 0 && this.units[a * this.n + heap[0]!] === 0) {
      const last = heap.pop()!
      if (heap.length === 0) break
      heap[0] = last
      this.sink(heap, 0, a, b)
    }
    return heap.length > 0 ? heap[0]! : -1
  }

  /** Of moving one unit of a customer. */
  cost(j: number, a: number, b: number): number {
    return this.unit[b * this.n + j]! - this.unit[a * this.n + j]!
  }

  /** A customer has come to a. */
  arrive(j: number, a: number): void {
    for (let b = 0; b < this.k; b += 1) {
      if (b === a) continue
      const heap = this.heaps[a * this.k + b]!
      heap.push(j)
      const key = this.cost(j, a, b)
      let at = heap.length - 1
      while (at > 0) {
        const up = (at - 1) >> 1
        if (this.cost(heap[up]!, a, b) <= key) break
        heap[at] = heap[up]!
        at = up
      }
      heap[at] = j
    }
  }

  private sink(heap: number[], from: number, a: number, b: number): void {
    const j = heap[from]!
    const key = this.cost(j, a, b)
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && this.cost(heap[child + 1]!, a, b) < this.cost(heap[child]!, a, b)) child += 1
      if (this.cost(heap[child]!, a, b) >= key) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = j
  }
}
