/** What a provider sent, folded away: pretty where it is JSON, as it is where it is not. Always plain text. */
export function Payload({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <details className="payload">
      <summary>{label}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre dir="ltr" tabIndex={0}>
        {pretty(text)}
      </pre>
    </details>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
