/**
 * Packing: `packContainer` fills one pallet or truck, `chooseCartons` takes the cheapest cartons for an order, `checkPacking` says what
 * is wrong with a packing, `drawPacking` shows it.
 */
export { type Carton, chooseCartons } from './cartons/chooseCartons.ts'
export { checkPacking } from './checkPacking.ts'
export { drawPacking } from './draw.ts'
export { packContainer } from './packContainer.ts'
export { type Container, type Item, ORIENTATIONS, type Packing, type Placement, UPRIGHT } from './types.ts'
