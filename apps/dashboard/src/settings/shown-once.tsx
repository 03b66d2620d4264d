import { toast } from 'sonner'
import { Button } from '../ui/button.tsx'
import { copy } from '../ui/command.tsx'
import { Sheet } from '../ui/sheet.tsx'

/** What the server answers this one time and keeps only a hash of. A click beside it does not lose it. */
export function ShownOnce(props: { title: string; text: string; children: string; onClose: () => void }) {
  const { title, text, children, onClose } = props
  return (
    <Sheet title={title} onClose={onClose} stays>
      <div className="flex flex-col gap-3 p-4">
        <p>{children}</p>
        <code className="select-all break-all rounded-4 border border-edge bg-sunken p-2">{text}</code>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => void copy(() => text).then(isDone => isDone && toast('Copied'))}>Copy</Button>
          <Button look="strong" onClick={onClose}>
            Close
          </Button>
        </div>
      </div>
    </Sheet>
  )
}
