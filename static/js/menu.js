// The menu is longer than a small screen: the entry of the present page is brought into view above the person's own line.
document.querySelector(".side-in [aria-current=page]")?.scrollIntoView({ block: "nearest" });
