/**
 * A text cell that starts like a formula gets one apostrophe in CSV, so a spreadsheet shows it instead of running it
 * (CWE-1236); the reader takes exactly that apostrophe off again. Only apostrophes before a formula sign count, so
 * `'s-Hertogenbosch` passes untouched in both directions and export → import is the identity. Numbers are never
 * marked: they keep their sign and stay numbers. XLSX needs no mark, its cells are typed as text.
 * The full-width signs are there because some spreadsheets fold them to ASCII on opening.
 */
const LOOKS_ACTIVE = /^'*[=+\-@\t\r\n＝＋－＠]/
const WAS_MARKED = /^'+[=+\-@\t\r\n＝＋－＠]/

export const markFormula = (text: string): string => (LOOKS_ACTIVE.test(text) ? `'${text}` : text)
export const unmarkFormula = (text: string): string =>
  text.charCodeAt(0) === 39 && WAS_MARKED.test(text) ? text.slice(1) : text
