import { useEffect } from "react";
import { Button } from "../../ui/button.tsx";
import { DiffView } from "../../ui/diff-view.tsx";
import { Notice } from "../../ui/notice.tsx";

interface ConflictPanelProps {
  /** What both changes began with. */
  readonly base: string;
  readonly mine: string;
  /** What is stored now; undefined while it is being read. */
  readonly theirs: string | undefined;
  /** The stored revision. */
  readonly revision: string;
  readonly reload: () => void;
  readonly onTakeTheirs: () => void;
  readonly onKeepMine: () => void;
}

/** Someone else has saved in between: their change and mine, each against what both began with. */
export function ConflictPanel(props: ConflictPanelProps) {
  const { base, mine, theirs, revision, reload, onTakeTheirs, onKeepMine } = props;
  const missing = theirs === undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the refusal says that there is something newer.
  useEffect(() => {
    if (missing) reload();
  }, [missing]);
  return (
    <Notice severity="warning" title="Somebody else has changed it while you were editing." urgent>
      {theirs === undefined ? (
        <p>Reading what is stored now …</p>
      ) : (
        <div className="flex flex-col gap-3">
          <p>Nothing is lost: choose what the document in the editor should be. Saving needs a new preview.</p>
          <div className="grid gap-3 lg:grid-cols-2">
            <div className="min-w-0">
              <h3 className="mb-1 font-medium">Theirs, revision {revision}</h3>
              <DiffView label="Their change" before={base} after={theirs} />
            </div>
            <div className="min-w-0">
              <h3 className="mb-1 font-medium">Mine, not saved</h3>
              <DiffView label="My change" before={base} after={mine} />
            </div>
          </div>
          <div className="flex flex-wrap gap-2">
            <Button onClick={onTakeTheirs}>Take theirs</Button>
            <Button onClick={onKeepMine}>Keep mine and replace theirs</Button>
          </div>
        </div>
      )}
    </Notice>
  );
}
