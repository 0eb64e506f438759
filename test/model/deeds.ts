/** Each action done through the real commands, and said to the reference: what it means for goods and orders. */
import type { Action, Scene } from './actions.ts'
import { bins, busyLots, codeOf, learnLots, lotFor, meant, of, refusedFor } from './scene.ts'

type Do = (s: Scene, a: Action) => Promise<void>
export const deeds: Readonly<Record<string, Do>> = {
  receive: async (s, a) => {
    const lot = lotFor(s, a.sku as string, a.fresh as boolean, a.which as number)
    const line = {
      itemId: s.c.item.get(a.sku as string),
      qty: a.qty,
      locationId: s.c.bin.get(a.bin as string),
      ...lot.line,
    }
    const supplies = [...s.reference.coming].filter(
      ([, supply]) => supply.sku === a.sku && supply.left >= (a.qty as number),
    )
    const supply = (a.which as number) % 3 === 0 ? of(supplies, a.which) : undefined
    await s.run('warehouse.receive', {
      siteId: s.c.site,
      ...(a.late && { effectiveAt: new Date(s.now().getTime() - 3 * 3_600_000).toISOString() }),
      lines: [{ ...line, ...(supply && { supplyId: supply[0] }) }],
    })
    s.reference.come(a.sku as string, lot.code, 'available', a.qty as number)
    if (supply) supply[1].left = Math.max(0, supply[1].left - (a.qty as number))
    await learnLots(s)
  },
  order: async (s, a) => {
    const { id } = await s.run('sales.createOrder', {
      partyId: s.c.customer,
      siteId: s.c.site,
      lines: [{ itemId: s.c.item.get(a.sku as string), uom: 'EA', uomQty: a.qty }],
    })
    await s.run('sales.confirm', { orderId: id })
    if (a.release) await s.run('sales.release', { orderId: id })
    s.orders.push({ id, sku: a.sku as string })
    s.reference.orders.set(id, { sku: a.sku as string, ordered: a.qty as number, shipped: 0, cancelled: 0 })
  },
  release: async (s, a) => {
    const order = of(s.orders, a.which)
    if (order) await refusedFor(s.run('sales.release', { orderId: order.id }), ['not_confirmed'])
  },
  cancel: async (s, a) => {
    const order = of(s.orders, a.which)
    if (!order) return
    const told = s.reference.orders.get(order.id)!
    const refused = await refusedFor(s.run('sales.cancel', { orderId: order.id, reason: 'changed their mind' }), [
      'already_cancelled',
      'being_picked',
    ])
    if (refused) return
    told.cancelled = told.ordered - told.shipped
  },
  wave: async (s) => {
    await refusedFor(s.c.wave(), ['nothing_to_pick', 'no_bins'])
  },
  pick: async (s, a) => {
    const task = of(await s.c.openTasks(), a.which)
    if (!task) return
    const left = task.qty - task.picked
    const short = Math.min(a.short as number, left)
    await s.run('warehouse.pick', {
      taskId: task.id,
      qty: left - short,
      ...(short > 0 && { shortQty: short, reason: 'short_pick' }),
    })
    if (short > 0) s.reference.doubt(task.sku, task.lot ?? '-', short)
  },
  ship: async (s, a) => {
    const order = of(s.orders, a.which)
    if (!order) return
    const packed: { shipmentId: string }[] = []
    const refused = await refusedFor(
      s.run('warehouse.pack', { orderId: order.id }).then((p) => packed.push(p)),
      ['nothing_to_pack', 'nothing_picked', 'not_complete'],
    )
    if (refused) return
    const shipmentId = packed[0]!.shipmentId
    await s.run('warehouse.ship', { shipmentId })
    const lines = await s.c.rows(
      (sql) => sql<{ sku: string; lot: string; qty: number }[]>`
        select item.sku, coalesce(lot.code, '-') as lot, line.qty
          from shipment_line line
          join item on item.company_id = line.company_id and item.id = line.item_id
          left join lot on lot.company_id = line.company_id and lot.id = line.lot_id
         where line.company_id = ${s.c.company} and line.shipment_id = ${shipmentId}`,
    )
    for (const line of lines) {
      s.reference.come(line.sku, line.lot, 'available', -line.qty)
      s.reference.orders.get(order.id)!.shipped += line.qty
    }
  },
  adjust: async (s, a) => {
    const by = a.qty as number
    if (by === 0) return
    const here = (await bins(s)).filter((row) => row.status === 'available' && ['pick', 'storage'].includes(row.kind))
    const row = of(here, a.which)
    if (!row) return
    const refused = await refusedFor(
      s.run('warehouse.adjust', {
        ...meant(s, row),
        locationId: row.locationId,
        qty: by,
        reason: by < 0 ? 'lost' : 'found',
      }),
      ['not_enough_stock', 'below_allocated'],
    )
    if (refused !== by < 0 && row.free < -by)
      throw new Error(`a correction by ${by} of ${row.free} free: refused ${refused}`)
    if (!refused) s.reference.come(row.sku, row.lot, 'available', by)
  },
  move: async (s, a) => {
    const row = of(
      (await bins(s)).filter((b) => ['pick', 'storage'].includes(b.kind)),
      a.which,
    )
    const target = s.c.bin.get(a.bin as string)!
    if (!row || row.locationId === target) return
    const qty = Math.min(a.qty as number, row.onHand)
    const refused = await refusedFor(
      s.run('warehouse.move', { ...meant(s, row), fromLocationId: row.locationId, toLocationId: target, qty }),
      ['not_enough_stock', 'claimed', 'below_allocated', 'claimed_by_tasks'],
    )
    if (refused !== qty > row.onHand - row.tasked)
      throw new Error(`a move of ${qty}, ${row.onHand - row.tasked} unclaimed: refused ${refused}`)
  },
  count: async (s, a) => {
    const { counts } = await s.run('warehouse.counts', { siteId: s.c.site })
    let task = of(counts as { id: string }[], a.which)
    if (!task) {
      const row = of(
        (await bins(s)).filter((b) => b.kind === 'pick' && b.status === 'available'),
        a.which,
      )
      if (!row) return
      await s.run('warehouse.askCount', { locationId: row.locationId, itemId: s.c.item.get(row.sku) })
      task = (await s.run('warehouse.counts', { siteId: s.c.site })).counts[0] as { id: string }
    }
    const [books] = await s.c.rows(
      (sql) => sql<{ sku: string; lot: string; onHand: number; shortQty: number }[]>`
        select item.sku, coalesce(lot.code, '-') as lot, coalesce(bin.on_hand, 0)::int8 as on_hand, task.short_qty
          from task
          join item on item.company_id = task.company_id and item.id = task.item_id
          left join lot on lot.company_id = task.company_id and lot.id = task.lot_id
          left join stock_balance bin on bin.company_id = task.company_id and bin.location_id = task.from_location_id and bin.item_id = task.item_id
           and bin.lot_id = task.lot_id and bin.lpn_id = task.lpn_id and bin.owner_id = task.owner_id and bin.status = 'available'
         where task.company_id = ${s.c.company} and task.id = ${task!.id}`,
    )
    const counted = Math.max(0, books!.onHand + (a.off as number))
    const { needsApproval } = await s.run('warehouse.count', { taskId: task!.id, counted })
    const refused =
      needsApproval &&
      (await refusedFor(s.run('warehouse.approveCount', { taskId: task!.id }), ['below_allocated', 'not_enough_stock']))
    if (refused) {
      // It stays open, as it should: what is allocated or claimed must be let go first. Counted right, it closes.
      await s.run('warehouse.recount', { taskId: task!.id })
      if ((await s.run('warehouse.count', { taskId: task!.id, counted: books!.onHand })).needsApproval)
        throw new Error('a count that found what the books say wants approval')
    } else s.reference.come(books!.sku, books!.lot, 'available', counted - books!.onHand)
    s.reference.doubt(books!.sku, books!.lot, -books!.shortQty)
  },
  supply: async (s, a) => {
    const known = a.change ? of([...s.reference.coming], a.which) : undefined
    const itemId = s.c.item.get(known ? known[1].sku : (a.sku as string))
    const received = known
      ? (
          await s.c.rows(
            (sql) =>
              sql<
                { received: number }[]
              >`select received from supply where company_id = ${s.c.company} and id = ${known[0]}`,
          )
        )[0]!.received
      : 0
    const saved: { ids: string[] }[] = []
    const refused = await refusedFor(
      s
        .run('promise.saveSupplies', {
          supplies: [
            {
              ...(known && { id: known[0] }),
              siteId: s.c.site,
              itemId,
              kind: 'purchase',
              reference: 'PO-1',
              dueOn: s.later(1 + ((a.which as number) % 9)),
              expected: received + (a.qty as number),
            },
          ],
        })
        .then((out) => saved.push(out)),
      ['supply_promised'],
    )
    if (refused) return
    const id = saved[0]!.ids[0]!
    s.reference.coming.set(id, { sku: known ? known[1].sku : (a.sku as string), left: a.qty as number })
  },
  freeze: async (s, a) => {
    const busy = await busyLots(s)
    const lot = of(
      [...s.lots].filter(([, { id }]) => !busy.has(id)),
      a.which,
    )
    if (!lot) return
    const frozen = s.reference.frozen.has(lot[0])
    if (frozen && lot[1].expiresOn! < s.today()) return
    await s.run(frozen ? 'warehouse.releaseLot' : 'warehouse.holdLot', { lotId: lot[1].id, reason: 'quality asked' })
    if (frozen) s.reference.frozen.delete(lot[0])
    else s.reference.frozen.add(lot[0])
  },
  status: async (s, a) => {
    const row = of(
      (await bins(s)).filter((b) => b.kind === 'pick'),
      a.which,
    )
    if (!row) return
    const qty = Math.min(a.qty as number, row.onHand)
    const toStatus = row.status === 'available' ? 'quarantine' : 'available'
    const { reasons } = await s.run('stock.reasons', { kind: 'status' })
    const refused = await refusedFor(
      s.run('warehouse.changeStatus', {
        ...meant(s, row),
        locationId: row.locationId,
        qty,
        toStatus,
        reason: reasons[0].code,
      }),
      ['not_enough_stock', 'below_allocated', 'claimed'],
    )
    if (refused && qty <= row.free) throw new Error(`${qty} of ${row.free} free could not change status`)
    if (refused) return
    s.reference.come(row.sku, row.lot, row.status, -qty)
    s.reference.come(row.sku, row.lot, toStatus, qty)
  },
  return: async (s, a) => {
    const lot = lotFor(s, a.sku as string, true, 0)
    await s.run('warehouse.receive', {
      siteId: s.c.site,
      from: 'customer',
      partyId: s.c.customer,
      reason: 'not_wanted',
      lines: [
        { itemId: s.c.item.get(a.sku as string), qty: a.qty, locationId: s.c.bin.get(a.bin as string), ...lot.line },
      ],
    })
    s.reference.come(a.sku as string, lot.code, 'available', a.qty as number)
    await learnLots(s)
  },
  transfer: async (s, a) => {
    // Only what nobody waits for leaves: who gets it first is another test.
    const qty = a.qty as number
    if (s.reference.sellable('TEA') - s.reference.open('TEA') < qty) return
    const { id } = await s.run('stock.createTransfer', {
      fromSiteId: s.c.site,
      toSiteId: s.there,
      lines: [{ itemId: s.c.item.get('TEA'), uomQty: qty }],
    })
    await s.run('promise.confirmTransfer', { transferId: id })
    await s.run('promise.releaseTransfer', { transferId: id })
    const wave = await s
      .run('warehouse.createWave', { siteId: s.c.site, transferIds: [id] })
      .catch((error: unknown) => {
        // Its bins are being counted: it waits as an order would.
        if (['nothing_to_pick', 'no_bins'].includes(codeOf(error))) return null
        throw error
      })
    if (wave) await s.c.pickAll(wave.id)
    const sent = wave ? await s.run('warehouse.packTransfer', { transferId: id }) : null
    const left = sent ? (await s.run('warehouse.shipTransfer', { shipmentId: sent.shipmentId })).qty : 0
    s.reference.come('TEA', '-', 'available', -left)
    s.reference.onTheRoad += left
    await refusedFor(s.run('promise.cancelTransfer', { transferId: id, reason: 'the rest stays' }), [
      'nothing_open',
      'already_cancelled',
      'in_transit',
      'all_shipped',
      'nothing_to_cancel',
    ])
    if (left === 0 || a.part) return
    const { qty: came } = await s.run('warehouse.receiveTransfer', { transferId: id })
    s.reference.onTheRoad -= came
  },
  month: async (s) => {
    if ((await busyLots(s)).size > 0) return
    s.pass(31)
    await s.run('warehouse.holdExpired', {})
    for (const [key, lot] of s.lots)
      if (lot.expiresOn !== null && lot.expiresOn < s.today()) s.reference.frozen.add(key)
  },
}
