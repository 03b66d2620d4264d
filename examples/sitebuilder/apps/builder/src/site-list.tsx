import type { Site } from '@sitebuilder/site'
import { useState } from 'react'

type Props = {
  /** `undefined` until the first answer. */
  sites: Site[] | undefined
  runtimeUrl: string
  onPublish: (site: Site) => Promise<void>
  onEdit: (site: Site) => void
}

export function SiteList({ sites, runtimeUrl, onPublish, onEdit }: Props) {
  const [publishing, setPublishing] = useState('')
  const publish = async (site: Site) => {
    setPublishing(site.slug)
    await onPublish(site)
    setPublishing('')
  }
  return (
    <section aria-labelledby="sites-title" aria-busy={sites === undefined}>
      <h1 id="sites-title">Your sites</h1>
      {sites?.length === 0 && <p className="empty">No site yet. Press “New site”; it takes a minute.</p>}
      <ul className="sites">
        {sites?.map(site => (
          <li key={site.slug}>
            <article aria-labelledby={`site-${site.slug}`}>
              <h2 id={`site-${site.slug}`}>{site.name}</h2>
              <p className="meta">
                /s/{site.slug} · {site.published ? `version ${site.published.version}` : 'not published'}
              </p>
              <div className="actions">
                <button type="button" onClick={() => onEdit(site)} aria-label={`Edit ${site.name}`}>
                  Edit
                </button>
                <button
                  type="button"
                  className="primary"
                  disabled={publishing === site.slug}
                  onClick={() => void publish(site)}
                  aria-label={`Publish ${site.name}`}
                >
                  {publishing === site.slug ? 'Publishing…' : 'Publish'}
                </button>
                {site.published && (
                  <a
                    href={pageUrl(runtimeUrl, site.slug)}
                    target="_blank"
                    rel="noopener"
                    aria-label={`Open ${site.name}`}
                  >
                    Open
                  </a>
                )}
              </div>
            </article>
          </li>
        ))}
      </ul>
    </section>
  )
}

const pageUrl = (runtimeUrl: string, slug: string): string => `${runtimeUrl.replace(/\/+$/, '')}/s/${slug}`
