import type { Invariant } from '../../core/capability.ts'

export const invariants: readonly Invariant[] = [
  {
    name: 'proposal_documents',
    promise: 'What was accepted stands on its document, of the same item and site; a transfer in full.',
    differing: `
      select p.company_id, p.id
        from proposal p
        left join purchase_line bought on bought.company_id = p.company_id and bought.order_id = p.document_id and bought.item_id = p.item_id and bought.site_id = p.site_id
        left join transfer_line moved on moved.company_id = p.company_id and moved.transfer_id = p.document_id and moved.item_id = p.item_id and moved.to_site_id = p.site_id
       where p.state = 'accepted'
         and case when p.kind = 'buy' then bought.id is null else moved.qty is distinct from p.qty end`,
    examined: `select count(*)::int8 as count from proposal where state = 'accepted'`,
  },
  {
    name: 'plan_is_whole',
    promise: 'A run that is done has a reorder point for each item of a site that it has forecast.',
    differing: `
      select made.company_id, made.site_id, made.item_id
        from item_forecast made
        join plan_run run on run.company_id = made.company_id and run.id = made.run_id
       where run.state = 'done' and made.reorder_point is null`,
    examined: 'select count(*)::int8 as count from item_forecast',
  },
]
