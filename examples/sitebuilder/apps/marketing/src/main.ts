import { readPageEnv, reportErrors } from '@sitebuilder/browser'
import { builderHref } from './builder-href.ts'

const env = readPageEnv()
reportErrors(env, 'marketing')

const href = builderHref(env)
if (href) for (const link of document.querySelectorAll<HTMLAnchorElement>('[data-builder-link]')) link.href = href
