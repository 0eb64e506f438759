import { useState } from 'react'
import { api } from '../../kit/data/api.ts'
import { useCommand } from '../../kit/data/query.ts'
import { useMay } from '../../kit/data/session.ts'
import { Button } from '../../kit/parts/button.tsx'
import { Field } from '../../kit/parts/field.tsx'

/** "51.65" or "-0,08" → degrees × 10⁷; null for what is no such angle. */
const degreesTyped = (text: string, most: number): number | null => {
  if (!/^\s*-?\d{1,3}(?:[.,]\d{1,7})?\s*$/.test(text)) return null
  const e7 = Math.round(Number(text.replace(',', '.')) * 1e7)
  return Math.abs(e7) <= most * 1e7 ? e7 : null
}

/** Routes start and end at the site: where it lies is asked for once, here. */
export function PlaceForm({ site }: { site: { code: string; name: string } }) {
  const may = useMay()
  const [lat, setLat] = useState('')
  const [lon, setLon] = useState('')
  const [tried, setTried] = useState(false)
  const save = useCommand(api.sites.saveSites, { said: `${site.name} is on the map` })
  const [latE7, lonE7] = [degreesTyped(lat, 90), degreesTyped(lon, 180)]
  if (!may('sites.write'))
    return <p>Where {site.name} lies is not known yet: somebody who may change sites has to say it first.</p>
  return (
    <form
      className="card stack place-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (latE7 !== null && lonE7 !== null) save.run({ sites: [{ code: site.code, latE7, lonE7 }] })
      }}
    >
      <h2>Where does {site.name} lie?</h2>
      <p className="quiet">Routes start and end there. Degrees as maps show them, such as 51.65 and -0.08.</p>
      <div className="form-grid">
        <Field
          label="Latitude"
          value={lat}
          onChange={setLat}
          error={tried && latE7 === null ? 'A number from -90 to 90.' : null}
        />
        <Field
          label="Longitude"
          value={lon}
          onChange={setLon}
          error={tried && lonE7 === null ? 'A number from -180 to 180.' : null}
        />
      </div>
      <Button look="primary" type="submit" disabled={save.busy}>
        Save
      </Button>
    </form>
  )
}
