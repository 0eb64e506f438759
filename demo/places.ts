/** Towns per country with a postcode of the town's own form, degrees × 10⁷. Streets are assumed, towns are real. */
export type Place = { city: string; postcode: string; lat: number; lon: number }

const place = (text: string): Place => {
  const [city, postcode, lat, lon] = text.split('|')
  return { city: city!, postcode: postcode!, lat: Math.round(Number(lat) * 1e7), lon: Math.round(Number(lon) * 1e7) }
}
const of = (...texts: string[]) => texts.map(place)

export const PLACES: Record<string, Place[]> = {
  GB: of(
    'London|N1 9GU|51.53|-0.12',
    'Bristol|BS1 4ST|51.45|-2.59',
    'Manchester|M4 1HQ|53.48|-2.24',
    'Leeds|LS1 6DT|53.8|-1.55',
    'Norwich|NR2 1DF|52.63|1.3',
    'Bath|BA1 1LZ|51.38|-2.36',
    'York|YO1 8QT|53.96|-1.08',
    'Brighton|BN1 1HG|50.82|-0.14',
    'Edinburgh|EH1 2DX|55.95|-3.19',
    'Cardiff|CF10 1DA|51.48|-3.18',
    'Exeter|EX1 1HT|50.72|-3.53',
    'Nottingham|NG1 2GB|52.95|-1.15',
    'Chester|CH1 2HQ|53.19|-2.89',
    'Truro|TR1 2AA|50.26|-5.05',
    'Harrogate|HG1 2RW|53.99|-1.54',
    'Stratford-upon-Avon|CV37 6HB|52.19|-1.71',
    'Whitby|YO22 4DD|54.48|-0.61',
    'Ludlow|SY8 1AS|52.37|-2.72',
    'Glasgow|G1 3LN|55.86|-4.25',
    'Lincoln|LN2 1LP|53.23|-0.54',
  ),
  IE: of('Dublin|D02 X285|53.35|-6.26', 'Cork|T12 K8AF|51.9|-8.47', 'Galway|H91 E4X3|53.27|-9.05'),
  DE: of(
    'Hamburg|20095|53.55|9.99',
    'Berlin|10115|52.52|13.4',
    'München|80331|48.14|11.58',
    'Köln|50667|50.94|6.96',
    'Leipzig|04109|51.34|12.37',
    'Stuttgart|70173|48.78|9.18',
  ),
  FR: of(
    'Paris|75004|48.86|2.35',
    'Lyon|69002|45.76|4.84',
    'Lille|59800|50.63|3.06',
    'Nantes|44000|47.22|-1.55',
    'Strasbourg|67000|48.58|7.75',
  ),
  NL: of('Amsterdam|1012 JS|52.37|4.9', 'Utrecht|3511 LN|52.09|5.12', 'Rotterdam|3011 AA|51.92|4.48'),
  BE: of('Antwerpen|2000|51.22|4.4', 'Gent|9000|51.05|3.72', 'Bruxelles|1000|50.85|4.35'),
  ES: of('Madrid|28013|40.42|-3.7', 'Barcelona|08002|41.39|2.17', 'Valencia|46001|39.47|-0.38'),
  PT: of('Lisboa|1100-148|38.72|-9.14', 'Porto|4000-322|41.15|-8.61'),
  CH: of('Zürich|8001|47.37|8.54', 'Genève|1204|46.2|6.14', 'Basel|4051|47.56|7.59'),
  AT: of('Wien|1010|48.21|16.37', 'Graz|8010|47.07|15.44'),
  IT: of('Milano|20121|45.46|9.19', 'Torino|10121|45.07|7.69'),
  AU: of('Melbourne|3000|-37.81|144.96', 'Sydney|2000|-33.87|151.21'),
  NO: of('Oslo|0150|59.91|10.75', 'Bergen|5003|60.39|5.32'),
  SE: of('Stockholm|111 29|59.33|18.07', 'Göteborg|411 06|57.71|11.97'),
  DK: of('København|1050|55.68|12.57', 'Aarhus|8000|56.16|10.2'),
  FI: of('Helsinki|00100|60.17|24.94', 'Turku|20100|60.45|22.27'),
  IS: of('Reykjavík|101|64.15|-21.94'),
  PL: of('Warszawa|00-001|52.23|21.01', 'Gdańsk|80-831|54.35|18.65'),
  CZ: of('Praha|110 00|50.08|14.44'),
  LT: of('Vilnius|01100|54.69|25.28'),
  GR: of('Athina|105 57|37.98|23.73'),
  CY: of('Lefkosia|1016|35.17|33.36'),
  MT: of('Valletta|VLT 1117|35.9|14.51'),
  JE: of('St Helier|JE2 3QA|49.19|-2.11'),
  US: of('Boston|MA 02108|42.36|-71.06'),
  CA: of('Toronto|M5H 2N2|43.65|-79.38'),
  JP: of('Tokyo|100-0005|35.68|139.77'),
  SG: of('Singapore|048616|1.28|103.85'),
  HK: of('Hong Kong|-|22.28|114.16'),
  BH: of('Manama|317|26.23|50.58'),
  AE: of('Dubai|-|25.27|55.3'),
  SA: of('Jeddah|22233|21.54|39.17'),
  IL: of('Tel Aviv|6688101|32.07|34.78'),
  LB: of('Beirut|2012|33.89|35.5'),
  BR: of('São Paulo|01310-100|-23.56|-46.66'),
  ZA: of('Cape Town|8001|-33.92|18.42'),
  NG: of('Lagos|101241|6.45|3.39'),
  KR: of('Seoul|04524|37.57|126.98'),
  TH: of('Bangkok|10200|13.75|100.5'),
  BM: of('Hamilton|HM 11|32.29|-64.78'),
  XX: of('Unspecified|-|0|0'),
}

/** Working days from the London warehouse to the door, by country. */
export const routeDays = (country: string): number =>
  country === 'GB'
    ? 1
    : ['IE', 'FR', 'BE', 'NL', 'DE', 'JE', 'LU'].includes(country)
      ? 2
      : PLACES[country]!.some((p) => p.lon > -250_000_000 && p.lon < 350_000_000 && p.lat > 340_000_000)
        ? 4
        : 9
