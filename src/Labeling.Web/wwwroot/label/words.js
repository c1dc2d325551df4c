// What the page says about its states.

const other = { pair: ["OpenSingles", "singles", "single answers"], single: ["OpenPairs", "pairs", "pairs"] };
const names = { pair: "pairs", single: "single answers" };

// Why there is no item, and the way on. Progress is the server's answer.
export function empty(progress, project, kind) {
  const [count, page, name] = other[kind];
  const open = progress[count[0].toLowerCase() + count.slice(1)];
  const home = { text: "To the start page", href: "./" };
  const mine = { text: "My judgments", href: "my-judgments" };
  if (progress.items === 0) {
    return { title: "Nothing to label yet", text: `The project ${project} has no items. An engineer imports them.`, links: [home] };
  }

  if (open > 0) {
    return {
      title: `No ${names[kind]} left for you`,
      text: `But ${open} ${open === 1 ? name.slice(0, -1) : name} ${open === 1 ? "is" : "are"} open.`,
      links: [{ text: `Label ${name}`, href: `label/${encodeURIComponent(project)}/${page}`, main: true }, home],
    };
  }

  if (progress.held > 0) {
    return {
      title: "Others are at it",
      text: `${progress.held === 1 ? "The last item is" : `The last ${progress.held} items are`} with other people right now. What they leave comes here; this page looks every 20 seconds.`,
      links: [home, mine],
      again: true,
    };
  }

  return progress.doneInAll > 0
    ? { title: "All done", text: `You judged everything that is open to you in ${project}: ${progress.doneInAll} in all, ${progress.doneToday} today. Thank you.`, links: [home, mine] }
    : { title: "Nothing is open", text: `Everything in ${project} has its judgments.`, links: [home] };
}

export const states = {
  loading: { title: "Loading", text: "The first items are on their way." },
  offline: { title: "No connection", text: "This page holds no further item. It goes on by itself when the connection is back.", again: true },
  signedout: { title: "Signed out", text: "Sign in again to go on." },
  tab: { title: "Labeling goes on in another tab", text: "One tab labels at a time, so that nothing is judged twice." },
  lost: { title: "This item went to somebody else", text: "You were away for a while, and its place was given on. Nothing that you judged is lost." },
};

// What the line about the connection says; null when there is nothing to say.
export function connection(problem, message, kept, isKept) {
  const presses = kept === 0 ? "" : `${kept} ${kept === 1 ? "press is" : "presses are"} kept ${isKept ? "in this browser" : "in this tab only, so leave it open,"} and sent later.`;
  const said = {
    offline: kept === 0 ? "No connection to the server." : "No connection:",
    signedout: "You are signed out.",
    person: message.endsWith(".") ? message : `${message}.`,
    form: "The page is too old: reload it.",
  }[problem];
  return said === undefined ? null : `${said} ${presses}`.trim();
}
