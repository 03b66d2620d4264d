import type { PageEnv } from '@sitebuilder/browser'

/** Where "Start a site" leads; `undefined` when the environment names no builder, or not a web address. */
export function builderHref({ BUILDER_URL }: PageEnv): string | undefined {
  if (!BUILDER_URL || !URL.canParse(BUILDER_URL)) return undefined
  const url = new URL(BUILDER_URL)
  if (!/^https?:$/.test(url.protocol)) return undefined
  url.hash = 'new'
  return url.href
}
