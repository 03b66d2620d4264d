import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { asError } from '../ui/refusal.tsx'
import { ManageSearches } from './manage-searches.tsx'
import { SaveDialog } from './save-dialog.tsx'
import {
  addressOf,
  isSameSearch,
  type SearchFields,
  type SearchKind,
  searchFields,
  searchInWords,
} from './saved-fields.ts'
import { useSavedSearches } from './use-saved-searches.ts'

interface Props {
  kind: SearchKind
  /** Fields of the address. */
  address: Readonly<Record<string, string | undefined>>
  /** Shows another address; what is not in it goes. */
  onShow: (address: SearchFields) => void
}

/** Saved searches: to look at one, to save what is looked at, and to keep them in order. */
export function SavedMenu({ kind, address, onShow }: Props) {
  const saved = useSavedSearches(kind)
  const [open, setOpen] = useState<'save' | 'manage' | null>(null)
  const now = searchFields(kind, address)
  const shown = saved.searches.find(({ id }) => id === address['saved'])
  const isChanged = shown !== undefined && !isSameSearch(shown.search as SearchFields, now)
  const replace = async () => {
    if (!shown) return
    try {
      await saved.change(shown, { search: now })
      toast(`“${shown.name}” looks for this now`)
    } catch (cause) {
      toast.error(asError(cause).message)
    }
  }
  const choices = saved.searches.map(search => ({
    text: search.name,
    hint: `${search.isShared ? 'shared' : 'yours'} · ${searchInWords(search.search as SearchFields).slice(0, 80)}`,
    act: () => onShow(addressOf(search)),
  }))
  return (
    <>
      <Menu
        label={shown ? shown.name : 'Saved'}
        choices={[
          ...choices,
          { text: 'Save this search…', act: () => setOpen('save') },
          ...(choices.length > 0 ? [{ text: 'Rename, share or remove…', act: () => setOpen('manage') }] : []),
        ]}
      />
      {isChanged && shown.mayChange && <Button onClick={() => void replace()}>Save changes</Button>}
      {open === 'save' && (
        <SaveDialog
          search={now}
          saved={saved}
          onSaved={search => onShow(addressOf(search))}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'manage' && <ManageSearches saved={saved} onClose={() => setOpen(null)} />}
    </>
  )
}
