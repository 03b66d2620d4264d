import { expect, test } from 'vitest'
import { vercelConfig } from './vercel-output.ts'

interface Route {
  src?: string
  dest?: string
  handle?: string
  status?: number
  continue?: boolean
}

const { routes } = vercelConfig('https://api.example.com/ignored') as { routes: Route[] }

/** Where a path ends before Vercel looks for a file, and where when there is none. */
function answers(path: string): { before: string | null; after: string | number | null } {
  const files = routes.findIndex(({ handle }) => handle === 'filesystem')
  const found = (some: Route[]) => some.find(route => route.src && !route.continue && new RegExp(route.src).test(path))
  const to = (route?: Route) => (route?.src && route.dest ? path.replace(new RegExp(route.src), route.dest) : null)
  const later = found(routes.slice(files))
  return { before: to(found(routes.slice(0, files))), after: later?.status ?? to(later) }
}

test('the API and the sign-in link are answered by the server', () => {
  expect(answers('/api/v1/projects/shop/line').before).toBe('https://api.example.com/api/v1/projects/shop/line')
  expect(answers('/sign-in').before).toBe('https://api.example.com/sign-in')
})

test('an address of the dashboard is its index page, and a missing asset stays missing', () => {
  expect(answers('/p/shop/runs/418')).toEqual({ before: null, after: '/index.html' })
  expect(answers('/assets/gone.js')).toEqual({ before: null, after: 404 })
})
