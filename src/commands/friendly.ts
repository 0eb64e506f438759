/** An error that is the starter's to mend: told as a sentence, without a stack. */
export class FriendlyError extends Error {
  readonly friendly = true
}
