/**
 * Why stock is touched otherwise than by an order: what a new company begins with, changed afterwards under Settings.
 * Companies of before got the same by migrations 0105, 0142 and 0160.
 */
const of = (kind: string, names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([code, name]) => ({ kind, code, name, active: true }))

export const standardReasons: readonly { kind: string; code: string; name: string; active: boolean }[] = [
  ...of('adjust', {
    count: 'Counted',
    damaged: 'Damaged',
    lost: 'Lost',
    found: 'Found',
    expired: 'Past its day',
    sample: 'Given as a sample',
    data_error: 'Wrongly booked',
  }),
  ...of('scrap', {
    damaged: 'Damaged beyond use',
    expired: 'Past its day',
    contaminated: 'Contaminated',
    recalled: 'Recalled',
    obsolete: 'No longer sold',
  }),
  ...of('status', {
    inspection: 'To be inspected',
    passed: 'Passed inspection',
    damaged: 'Damaged',
    repaired: 'Repaired or repacked',
    complaint: 'Complaint of a customer',
    recall: 'Recall',
  }),
  ...of('override', {
    customer_asked: 'The customer asked for it',
    short_dated: 'Short-dated, agreed with the customer',
    quality: 'Quality of the earlier lot in doubt',
    access: 'The earlier lot cannot be reached',
  }),
  ...of('return', {
    damaged: 'Arrived damaged',
    wrong_item: 'Wrong goods sent',
    not_ordered: 'Not ordered',
    too_late: 'Came too late',
    faulty: 'Faulty',
    not_wanted: 'No longer wanted',
  }),
  ...of('weight', {
    weighed_again: 'Weighed again, it is right',
    part_case: 'Part of a case',
    trimmed: 'Trimmed or dried',
    label_wrong: 'Label was wrong',
  }),
  ...of('owner', {
    taken_over: 'Taken over from their owner',
    sold_and_stored: 'Sold, and stored here for the customer',
    consigned: 'Given on consignment',
    not_sold: 'Back to who consigned them',
    wrongly_booked: 'Booked for the wrong owner',
  }),
  ...of('short', {
    short_pick: 'Not in the bin',
    damaged: 'Damaged in the bin',
    blocked: 'Bin cannot be reached',
  }),
]
