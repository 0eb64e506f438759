import './kit/css/shell.css'
import { RouterProvider } from '@tanstack/react-router'
import { router } from './routes.tsx'

/** The pages, for who is signed in. */
export const App = () => <RouterProvider router={router} />
