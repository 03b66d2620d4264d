import { Kbd } from '../ui/field.tsx'
import { chord, setSingleKeys, useSingleKeys } from '../ui/keys.ts'
import { Sheet } from '../ui/sheet.tsx'
import { keySheet } from './places.ts'

export default function KeySheet({ onClose }: { onClose: () => void }) {
  const areOn = useSingleKeys()
  return (
    <Sheet onClose={onClose} title="Keys" wide>
      <div className="grid gap-4 p-4 sm:grid-cols-2 md:grid-cols-3">
        {keySheet().map(({ where, keys }) => (
          <section key={where} aria-label={where}>
            <h3 className="mb-1 font-semibold">{where}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <div key={key} className="flex items-center gap-2 py-0.5">
                  <dt className="w-20 shrink-0 whitespace-nowrap">
                    <Kbd>{key}</Kbd>
                  </dt>
                  <dd className="text-muted">{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="row m-4 mt-0 flex items-center gap-2">
        <input type="checkbox" checked={areOn} onChange={event => setSingleKeys(event.target.checked)} />
        Single keys act; {chord('K')} always does
      </label>
    </Sheet>
  )
}
