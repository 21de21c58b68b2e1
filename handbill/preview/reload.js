"use strict";
const places = () => [...document.querySelectorAll(".shown")].map((part) => part.scrollTop);
const news = new EventSource("/events?after=" + document.body.dataset.number);
news.onmessage = async () => {
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const before = places();
  document.title = fresh.title;
  document.querySelector("main").replaceWith(document.adoptNode(fresh.querySelector("main")));
  document.querySelectorAll(".shown").forEach((part, number) => { part.scrollTop = before[number] ?? 0; });
};
