"use strict";
// When something was built, the page as it is now takes the place of what is shown: a format that has not changed stays as it is, and
// one that has is scrolled to where the old one was.
const formats = (main) => [...main.querySelectorAll(".format")];
const files = (main) => formats(main).map((format) => format.dataset.file).join("\n");
const scroller = (format) => {
  const frame = format.querySelector("iframe");
  return frame ? frame.contentDocument?.scrollingElement : format.querySelector(".shown");
};
const replace = (old, format) => {
  const top = scroller(old)?.scrollTop ?? 0;
  const restore = () => scroller(format)?.scrollTo(0, top);
  old.replaceWith(format);
  format.querySelector("iframe")?.addEventListener("load", restore, { once: true });
  restore();
};
const renew = async (mark) => {
  const main = document.querySelector("main");
  if (mark === main.dataset.mark) return;
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = document.adoptNode(page.querySelector("main"));
  document.title = page.title;
  if (files(main) !== files(fresh)) {
    main.replaceWith(fresh);
    return;
  }
  const after = formats(fresh);
  formats(main).forEach((old, number) => {
    const format = after[number];
    if (old.dataset.digest === format.dataset.digest) old.querySelector("p").replaceWith(format.querySelector("p"));
    else replace(old, format);
  });
  // The state stays, for screen readers to speak its changes.
  const state = main.querySelector(".state");
  [...main.children].filter((part) => !part.matches(".state, .formats")).forEach((part) => part.remove());
  state.textContent = fresh.querySelector(".state").textContent;
  state.before(fresh.querySelector("header"));
  main.querySelector(".formats").before(...fresh.querySelectorAll(".findings"));
  main.dataset.mark = fresh.dataset.mark;
};
let turn = Promise.resolve();
new EventSource("/events").onmessage = (event) => {
  turn = turn.then(() => renew(event.data)).catch(() => {}); // A server that is gone is asked again by the event source.
};
