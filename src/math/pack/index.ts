/** Packing: `packContainer` fills one carton, pallet or truck; `checkPacking` says what is wrong with a packing. */
export { checkPacking } from './checkPacking.ts'
export { packContainer } from './packContainer.ts'
export {
  type Container,
  type Item,
  ORIENTATIONS,
  type Packing,
  type Placement,
  UPRIGHT,
} from './types.ts'
