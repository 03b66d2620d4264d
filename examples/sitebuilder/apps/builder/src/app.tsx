import type { Site } from '@sitebuilder/site'
import { useCallback, useEffect, useState } from 'react'
import type { Refusal, Result, SiteApi } from './site-api.ts'
import { SiteForm } from './site-form.tsx'
import { SiteList } from './site-list.tsx'

/** `null`: the list. `'new'`: a new site. Else the site being edited. */
type Editing = null | 'new' | Site

export function App({ api, runtimeUrl }: { api: SiteApi; runtimeUrl: string }) {
  const [sites, setSites] = useState<Site[]>()
  const [editing, setEditing] = useState<Editing>(() => (globalThis.location?.hash === '#new' ? 'new' : null))
  const [said, setSaid] = useState('')
  const [trouble, setTrouble] = useState<Refusal>()

  const load = useCallback(async () => {
    const result = await api.list()
    setTrouble(result.ok ? undefined : result.error)
    if (result.ok) setSites(result.value)
  }, [api])

  useEffect(() => void load(), [load])

  const publish = async ({ slug }: Site) => {
    const result = await api.publish(slug)
    setTrouble(result.ok ? undefined : result.error)
    if (!result.ok) return
    setSaid(`Published ${result.value.name}, version ${result.value.published?.version}.`)
    await load()
  }

  const saved = async (result: Result<Site>) => {
    if (!result.ok) return
    setSaid(`Saved ${result.value.name}. Publish it to show it to visitors.`)
    setEditing(null)
    await load()
  }

  return (
    <>
      <header>
        <p className="brand">sitebuilder</p>
        {editing === null && (
          <button type="button" className="primary" onClick={() => setEditing('new')}>
            New site
          </button>
        )}
      </header>
      <main>
        {trouble && (
          <div role="alert" className="trouble">
            <p>{trouble.message}</p>
            <button type="button" onClick={() => void load()}>
              Try again
            </button>
          </div>
        )}
        <p role="status" className="said">
          {said}
        </p>
        {editing === null ? (
          <SiteList sites={sites} runtimeUrl={runtimeUrl} onPublish={publish} onEdit={setEditing} />
        ) : (
          <SiteForm
            key={editing === 'new' ? 'new' : editing.slug}
            site={editing === 'new' ? undefined : editing}
            save={draft => (editing === 'new' ? api.create(draft) : api.edit(draft))}
            onSaved={saved}
            onCancel={() => setEditing(null)}
          />
        )}
      </main>
    </>
  )
}
