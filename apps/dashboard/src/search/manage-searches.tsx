import type { SavedSearchView } from '@gantry/core/api'
import { useState } from 'react'
import { FormDialog, Labelled, textIn } from '../settings/form-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { asError, Refusal } from '../ui/refusal.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { type SearchFields, searchInWords } from './saved-fields.ts'
import type { SavedSearchActs } from './use-saved-searches.ts'

/** All of them, to be renamed, shared and removed. */
export function ManageSearches({ saved, onClose }: { saved: SavedSearchActs; onClose: () => void }) {
  const [renamed, setRenamed] = useState<SavedSearchView | null>(null)
  const [refused, setRefused] = useState<Error | null>(null)
  const perform = async (act: () => Promise<void>) => {
    setRefused(null)
    try {
      await act()
    } catch (cause) {
      setRefused(asError(cause))
    }
  }
  if (renamed)
    return (
      <FormDialog
        title={`Rename “${renamed.name}”`}
        confirm="Rename"
        onClose={() => setRenamed(null)}
        submit={form => saved.change(renamed, { name: textIn(form, 'name') })}
      >
        <Labelled label="Name">
          <TextField label="Name" name="name" defaultValue={renamed.name} required maxLength={80} autoFocus />
        </Labelled>
      </FormDialog>
    )
  return (
    <Sheet title="Saved searches" onClose={onClose} wide>
      {refused && <Refusal error={refused} />}
      {saved.searches.length === 0 && <p className="p-4 text-muted">There is none any more.</p>}
      <ul className="divide-y divide-edge">
        {saved.searches.map(search => (
          <li key={search.id} className="flex flex-wrap items-center justify-between gap-2 px-4 py-2">
            <div className="min-w-0 flex-1 basis-60">
              <p className="break-words font-semibold">{search.name}</p>
              <p className="break-words text-12 text-muted">
                {search.isShared ? `Shared, last changed by ${search.changedBy}` : 'Yours alone'} ·{' '}
                {searchInWords(search.search as SearchFields)}
              </p>
            </div>
            <Acts search={search} saved={saved} perform={perform} onRename={() => setRenamed(search)} />
          </li>
        ))}
      </ul>
    </Sheet>
  )
}

interface ActsProps {
  search: SavedSearchView
  saved: SavedSearchActs
  perform: (act: () => Promise<void>) => Promise<void>
  onRename: () => void
}

function Acts({ search, saved, perform, onRename }: ActsProps) {
  const why = search.mayChange ? null : saved.whyNotShare
  const { name, isShared } = search
  return (
    <div className="flex flex-wrap gap-2">
      <Button aria-label={`Rename ${name}`} why={why} onClick={onRename}>
        Rename
      </Button>
      <Button
        aria-label={`${isShared ? 'Make mine' : 'Share'} ${name}`}
        why={why ?? saved.whyNotShare}
        onClick={() => void perform(() => saved.change(search, { isShared: !isShared }))}
      >
        {isShared ? 'Make mine' : 'Share'}
      </Button>
      <Button aria-label={`Remove ${name}`} why={why} onClick={() => void perform(() => saved.remove(search))}>
        Remove
      </Button>
    </div>
  )
}
