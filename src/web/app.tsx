import './kit/css/shell.css'
import { setRoutes } from './kit/shell/route.tsx'
import { Shell } from './kit/shell/shell.tsx'
import { routes } from './routes.ts'

setRoutes(routes)

/** The pages, for who is signed in. */
export const App = Shell
