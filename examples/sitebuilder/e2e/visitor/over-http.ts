import { type APIRequestContext, type APIResponse, expect } from '@playwright/test'
import { urls } from '../environment.ts'
import type { Draft, Reader, Visitor } from './visitor.ts'

type Site = Draft & { slug: string; published: { version: number } | null }

/** A person without a browser: the same addresses, the same calls, none of the pages' own scripts. */
export function overHttp(request: APIRequestContext): Visitor {
  const sites = `${urls.builder}/api/sites`
  const ours = new Map<string, Site>()
  const keep = async (answered: APIResponse): Promise<Site> => {
    expect(answered.ok(), await answered.text()).toBe(true)
    const { site } = (await answered.json()) as { site: Site }
    ours.set(site.name, site)
    return site
  }
  const ourSite = (name: string): Site => {
    const site = ours.get(name)
    if (site) return site
    throw new Error(`${name} was never written`)
  }
  const publishedAt = async (name: string) => {
    const { site } = await (await request.get(`${sites}/${ourSite(name).slug}`)).json()
    return site.published ? `${urls.runtime}/s/${site.slug}` : null
  }
  return {
    async openFrontDoor() {
      const page = await pageWhole(request, urls.marketing)
      const env = await (await request.get(`${urls.marketing}/env.js`)).text()
      const [, builder = ''] = /"BUILDER_URL":"([^"]+)"/.exec(env) ?? []
      return { title: textOf(page, 'title'), start: `${builder}/#new` }
    },
    async startSite() {
      expect(await pageWhole(request, urls.builder)).toContain('id="root"')
    },
    async write(draft) {
      await keep(await request.post(sites, { data: { ...draft, slug: slugOf(draft.name) } }))
    },
    async writeNameOnly({ name, address }) {
      const refused = await request.post(sites, { data: { name, slug: address } })
      expect(refused.status()).toBe(400)
      const { error } = (await refused.json()) as { error: { problems: { field: string; message: string }[] } }
      expect(error.problems.map(({ field }) => field)).toEqual(['title', 'body'])
      const [title, body] = error.problems.map(({ message }) => message)
      return { title: title ?? '', body: body ?? '' }
    },
    async retitle(name, title) {
      const { slug, body } = ourSite(name)
      await keep(await request.put(`${sites}/${slug}`, { data: { name, title, body } }))
    },
    async publish(name) {
      return (await keep(await request.post(`${sites}/${ourSite(name).slug}/publish`))).published?.version ?? 0
    },
    publishedAt,
    open: url => openPage(request, url),
    async look(url) {
      const answer = await request.get(url)
      return { status: answer.status(), heading: textOf(await answer.text(), 'h1') }
    },
  }
}

const slugOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-')

/** A page whose every script and stylesheet is there, too. */
async function pageWhole(request: APIRequestContext, url: string): Promise<string> {
  const answer = await request.get(url)
  expect(answer.status()).toBe(200)
  const page = await answer.text()
  const parts = [...page.matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
  for (const path of parts.filter(part => !part.startsWith('data:'))) {
    expect((await request.get(new URL(path, url).href)).status(), path).toBe(200)
  }
  return page
}

/** Reads the page anew when its address says that a newer version is out, as the page's own script does. */
async function openPage(request: APIRequestContext, url: string): Promise<Reader> {
  let page = await (await request.get(url)).text()
  let shown = Number(/data-version="(\d+)"/.exec(page)?.[1])
  const socket = new WebSocket(url.replace(/^http/, 'ws').replace('/s/', '/live/'))
  socket.addEventListener('message', ({ data }) => {
    const { version } = JSON.parse(String(data)) as { version: number }
    if (version <= shown) return
    shown = version
    void request.get(url).then(async answer => {
      page = await answer.text()
      socket.close()
    })
  })
  return { url, heading: async () => textOf(page, 'h1'), text: async () => textOf(page, 'main') }
}

/** What stands in the first element of that name, as a person reads it. */
function textOf(page: string, element: string): string {
  const inside = new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`).exec(page)?.[1] ?? ''
  return inside.replace(/<[^>]+>/g, ' ').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
}
