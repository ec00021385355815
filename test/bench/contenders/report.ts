/** Tell the parent where this contender listens, and answer its questions about CPU time. */
export function reportTo(parent: NodeJS.Process, ready: { readonly url: string; readonly key?: string }): void {
  parent.on("message", (message) => {
    if (message === "cpu") parent.send?.(process.cpuUsage());
  });
  parent.send?.(ready);
}
