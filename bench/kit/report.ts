export const say = (line: string): void => console.log(line)

/** `--weeks 4` or `--weeks=4`; a word that is no whole number is an error, not a default. */
export const numberOption = (words: readonly string[], name: string, otherwise: number): number => {
  const at = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`))
  if (at < 0) return otherwise
  const text = words[at]!.includes('=') ? words[at]!.split('=')[1] : words[at + 1]
  if (!/^[1-9][0-9]{0,8}$/.test(text ?? '')) throw new Error(`--${name} wants a whole number above zero`)
  return Number(text)
}

export const hasOption = (words: readonly string[], name: string): boolean => words.includes(`--${name}`)

/** `--name value` or `--name=value`. */
export const textOption = (words: readonly string[], name: string): string | null => {
  const at = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`))
  if (at < 0) return null
  return words[at]!.includes('=') ? words[at]!.slice(name.length + 3) : (words[at + 1] ?? '')
}
