import { describeFailure } from "../domain/describe-failure.ts";
import { Button } from "./button.tsx";
import { Notice } from "./notice.tsx";

interface FailureProps {
  /** What was tried, such as `The clusters could not be loaded`. */
  readonly title: string;
  readonly error: unknown;
  readonly retry?: () => void;
}

/** What went wrong, in the API's own words with every field it named, and a way to try again. */
export function Failure({ title, error, retry }: FailureProps) {
  const { text, fields } = describeFailure(error);
  return (
    <Notice severity="error" title={title} urgent>
      <p>{text}</p>
      {fields.length > 0 && (
        <ul className="mt-1 list-disc pl-5">
          {fields.map(({ field, message }) => (
            <li key={`${field} ${message}`}>
              {field !== "" && <code className="font-mono text-xs">{field}</code>} {message}
            </li>
          ))}
        </ul>
      )}
      {retry !== undefined && (
        <div className="mt-2">
          <Button onClick={retry}>Try again</Button>
        </div>
      )}
    </Notice>
  );
}
