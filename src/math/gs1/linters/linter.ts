/** Checks one component of an AI's data. @returns what is wrong, in words; null: nothing. */
export type Linter = (data: string) => string | null
