export const termsOf = (days: number): string => (days === 0 ? 'on receipt' : `${days} days net`)

/** Words of a party's policies as a person in sales says them. */
export const invoicedWhen: Record<string, string> = {
  ship: 'when shipped',
  pod: 'when delivered',
  period: 'at the end of the period',
  prepaid: 'before shipping, paid first',
}
/** Another item than the one ordered. */
export const takes: Record<string, string> = {
  no: 'never',
  ask: 'ask them first',
  accepted: 'as we see fit',
}
export const partials: Record<string, string> = {
  partial: 'any part may go ahead',
  line: 'whole lines only',
  complete: 'whole orders only',
}
