import type { Factor } from './factor.ts'

/**
 * Factors under open licences. None has been compared with its publisher's own file yet (`checked: false`), and every result
 * says so. Tables of the GLEC Framework and of ISO 14083 may not be handed on: companies paste their own rows.
 *
 * UK Government GHG Conversion Factors for Company Reporting, freighting goods, average laden: contains public sector
 * information licensed under the Open Government Licence v3.0. From a third party's transcription labelled "DEFRA 2026".
 * Name | kg CO2e per t·km | kg CO2e per vehicle-km, where there is one.
 */
const UK = `\
hgv, rigid (>3.5 - 7.5 tonnes)|0.54001|0.49944
hgv, rigid (>7.5 tonnes-17 tonnes)|0.43002|0.60985
hgv, rigid (>17 tonnes)|0.17256|0.99773
hgv, all rigids|0.19947|0.84606
hgv, articulated (>3.5 - 33t)|0.12292|0.78909
hgv, articulated (>33t)|0.07835|0.93939
hgv, all artics|0.07926|0.93374
hgv, all hgvs|0.10356|0.89743
hgv refrigerated, rigid (>3.5 - 7.5 tonnes)|0.64319|0.5948
hgv refrigerated, rigid (>7.5 tonnes-17 tonnes)|0.51229|0.7263
hgv refrigerated, rigid (>17 tonnes)|0.20547|1.18823
hgv refrigerated, all rigids|0.23753|1.00762
hgv refrigerated, articulated (>3.5 - 33t)|0.14215|0.91265
hgv refrigerated, articulated (>33t)|0.09061|1.08648
hgv refrigerated, all artics|0.09166|1.07995
hgv refrigerated, all hgvs|0.12122|1.05066
vans diesel, class i (up to 1.305 tonnes)|0.87948|0.15833
vans petrol, class i (up to 1.305 tonnes)|1.4002|0.19781
vans battery electric vehicle, class i (up to 1.305 tonnes)|0.09263|0.02948
vans diesel, class ii (1.305 to 1.74 tonnes)|0.62938|0.19376
vans petrol, class ii (1.305 to 1.74 tonnes)|0.79889|0.20453
vans battery electric vehicle, class ii (1.305 to 1.74 tonnes)|0.18027|0.04075
vans diesel, class iii (1.74 to 3.5 tonnes)|0.63229|0.28046
vans petrol, class iii (1.74 to 3.5 tonnes)|0.81904|0.33161
vans plug-in hybrid electric vehicle, class iii (1.74 to 3.5 tonnes)|0.39738|0.16365
vans battery electric vehicle, class iii (1.74 to 3.5 tonnes)|0.13252|0.04977
vans diesel, average (up to 3.5 tonnes)|0.63511|0.25716
vans petrol, average (up to 3.5 tonnes)|0.8381|0.20905
vans cng, average (up to 3.5 tonnes)|0.62503|0.25147
vans lpg, average (up to 3.5 tonnes)|0.68715|0.27647
vans plug-in hybrid electric vehicle, average (up to 3.5 tonnes)|0.39716|0.16356
vans battery electric vehicle, average (up to 3.5 tonnes)|0.14699|0.0468
freight flights with rf, domestic, to/from uk|4.60397|
freight flights without rf, domestic, to/from uk|2.71931|
freight flights with rf, short-haul, to/from uk|1.27835|
freight flights without rf, short-haul, to/from uk|0.75539|
freight flights with rf, long-haul, to/from uk|0.89939|
freight flights without rf, long-haul, to/from uk|0.5313|
freight flights with rf, international, to/from non-uk|0.89939|
freight flights without rf, international, to/from non-uk|0.5313|
rail, freight train|0.02583|
cargo ship, bulk carrier - average|0.00353|
cargo ship, general cargo - average|0.01321|
cargo ship, container ship - 8000+ teu|0.01266|
cargo ship, container ship - 5000-7999 teu|0.01681|
cargo ship, container ship - 3000-4999 teu|0.01681|
cargo ship, container ship - 2000-2999 teu|0.02025|
cargo ship, container ship - 1000-1999 teu|0.0325|
cargo ship, container ship - 0-999 teu|0.03675|
cargo ship, container ship - average|0.01612|
cargo ship, vehicle transport - average|0.03852|
cargo ship, roro-ferry - average|0.05158|
cargo ship, large ropax ferry - average|0.37612|
cargo ship, refrigerated cargo - all dwt|0.01306|
`

/**
 * US EPA GHG Emission Factors Hub, mobile combustion: carbon dioxide alone, a work of the US government, public domain.
 * Name | kg CO2 per US gallon.
 */
const US = `\
diesel|10.21
motor gasoline|8.78
liquefied natural gas|4.50
liquefied petroleum gas|5.68
residual fuel oil|11.27
kerosene-type jet fuel|9.75
`

const table = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split('|'))

const uk = {
  scope: 'TTW',
  gases: 'CO2e',
  source: 'UK Government GHG Conversion Factors (DESNZ/DEFRA), third-party transcription',
  version: '2026',
  year: 2026,
  region: 'GB',
  licence: 'OGL-UK-3.0',
  checked: false,
} as const

/** All rows that ship. Of UK freight and US fuels only tank-to-wheel is open: well-to-wheel wants a further row. */
export const OPEN_FACTORS: readonly Factor[] = [
  ...table(UK).flatMap(([name, perTkm, perVkm]): Factor[] => [
    { ...uk, name: name!, value: perTkm!, unit: 'kg/tkm' },
    ...(perVkm === '' ? [] : [{ ...uk, name: name!, value: perVkm!, unit: 'kg/vkm' } as const]),
  ]),
  ...table(US).map(
    ([name, perGallon]): Factor => ({
      name: name!,
      value: perGallon!,
      unit: 'kg/gal',
      scope: 'TTW',
      gases: 'CO2',
      source: 'US EPA GHG Emission Factors Hub, mobile combustion',
      version: '2024',
      year: 2024,
      region: 'US',
      licence: 'public domain (US government work)',
      checked: false,
    }),
  ),
]
