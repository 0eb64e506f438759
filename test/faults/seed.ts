/** The seed of this run: `SEED` repeats one, `npm test` gives all its files the same and says it. */
export const seedOf = (): number => Number(process.env.SEED ?? Math.floor(performance.timeOrigin) % 1_000_000)
