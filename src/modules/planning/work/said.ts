/** An estimate in words: three figures say all that is known of it. */
export const said = (x: number): string => String(Number(x.toPrecision(3)))
