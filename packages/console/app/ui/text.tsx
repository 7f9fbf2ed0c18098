/**
 * A name from elsewhere: its direction cannot turn what stands around it, and it is cut by the layout
 * alone, so that all of it is in the title.
 */
export function Foreign({ text, clip = false }: { text: string; clip?: boolean }) {
  return (
    <bdi class={clip ? "foreign clip" : "foreign"} {...(clip && { title: text })}>
      {text}
    </bdi>
  );
}

export function Code({ text, clip = false }: { text: string; clip?: boolean }) {
  return (
    <code class={clip ? "mono clip" : "mono"} dir="ltr" {...(clip && { title: text })}>
      {text}
    </code>
  );
}
