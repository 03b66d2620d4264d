import { test as base } from '@playwright/test'
import { isWithoutBrowser } from '../browser.ts'
import { overHttp } from './over-http.ts'
import type { Visitor } from './visitor.ts'
import { withBrowser } from './with-browser.ts'

type Fixtures = { visitor: Visitor }

// Two, because asking for `page` starts a browser.
export const test = isWithoutBrowser(process.env)
  ? base.extend<Fixtures>({ visitor: ({ request }, use) => use(overHttp(request)) })
  : base.extend<Fixtures>({ visitor: ({ page }, use) => use(withBrowser(page)) })
