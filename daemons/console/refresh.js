// Keeps the belt up to date while somebody looks at it. The page works without:
// this only spares a reload. Nothing is asked while the page is hidden, while
// the switch is off, or after an answer that was no page.
"use strict";
(function () {
	const bar = document.querySelector(".refresh");
	const box = bar && bar.querySelector("input");
	const main = document.getElementById("main");
	if (!box || !main)
		return;
	let asked = Date.now(), busy = false;

	async function look() {
		if (busy || !box.checked || document.hidden ||
		    Date.now() - asked < Number(bar.dataset.seconds) * 1000)
			return;
		busy = true;
		asked = Date.now();
		try {
			const answer = await fetch(location.href,
				{credentials: "same-origin", redirect: "error"});
			const page = new DOMParser().parseFromString(
				await answer.text(), "text/html");
			const fresh = page.querySelector("#main tbody");
			if (!answer.ok || !fresh)
				throw new Error("no page");
			main.querySelector("tbody").replaceWith(fresh);
			bar.classList.remove("late");
		} catch (error) {
			// Old numbers must not look like new ones.
			bar.classList.add("late");
			box.checked = false;
		}
		busy = false;
	}

	box.checked = true;
	bar.hidden = false;
	setInterval(look, 1000);
	document.addEventListener("visibilitychange", look);
}());
