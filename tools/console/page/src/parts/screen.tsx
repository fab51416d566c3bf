// The parts of every screen: a title with actions, panels, and empty states.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Asked, Problem } from "../state/ask.ts";
import { shownTitle } from "./title.ts";

type ScreenProps = { title: string; actions?: ComponentChildren; children: ComponentChildren };

/** The heading takes the focus when the screen opens, so that a keyboard and a screen reader begin there. */
export function Screen({ title, actions, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // In the layout effect: later, it would take the focus from a field that `/` has just focused.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useLayoutEffect(() => {
    shownTitle.value = title;
  }, [title]);
  return (
    <section class="screen" aria-label={title}>
      <header>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions}
      </header>
      {children}
    </section>
  );
}

export function Panel({
  title,
  actions,
  flush = false,
  children,
}: {
  title: string;
  actions?: ComponentChildren;
  flush?: boolean;
  children: ComponentChildren;
}) {
  return (
    <section class="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {actions}
      </header>
      <div class={flush ? "body flush" : "body"}>{children}</div>
    </section>
  );
}

/** Nothing is there, and why; `children` says what to do. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <strong>{title}</strong>
      {children && <p>{children}</p>}
    </div>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <div class="state" role="status">
      <p class="pulse">Loading {what} …</p>
    </div>
  );
}

function Failed({ problem, what }: { problem: Problem; what: string }) {
  const isAway = problem.status === 0;
  return (
    <div class="state" role="alert">
      <strong>{problem.message}</strong>
      <p>
        {problem.detail || `The laptop could not show ${what}.`}{" "}
        {isAway ? "It connects again by itself." : "Reload the page, or look into .data/logs if it stays."}
      </p>
    </div>
  );
}

/** One of the three states of a question, in one line of a screen. */
export function Answer<T>({
  asked,
  what,
  children,
}: {
  asked: Asked<T>;
  what: string;
  children: (value: T) => ComponentChildren;
}) {
  if (asked.state === "loading") return <Loading what={what} />;
  if (asked.state === "error") return <Failed problem={asked.problem} what={what} />;
  return <>{children(asked.value)}</>;
}
