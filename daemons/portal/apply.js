// Looks at the address while somebody fills it in. The form works without:
// its button asks the same, and sending it checks everything again.
"use strict";
(function () {
	const form = document.getElementById("apply");
	const area = document.getElementById("area");
	const fields = ["postal_code", "address"].map(
		(name) => document.getElementById(name));
	let asked = "", number = 0;

	function show(says) {
		for (const line of area.querySelectorAll("[data-say]"))
			line.hidden = !says.includes(line.dataset.say);
		area.querySelector(".failed")?.remove();
	}

	function tell(words) {
		const line = document.createElement("p");

		show([]);
		line.className = "note failed";
		line.textContent = words;
		area.append(line);
	}

	async function look(event) {
		const [postal_code, address] = fields.map(
			(field) => field.value.trim());
		const body = JSON.stringify({postal_code, address});
		const mine = ++number;

		event.preventDefault();
		if (!postal_code || !address || body === asked)
			return;
		try {
			const answer = await fetch("/api/address-check", {
				method: "POST", body,
				credentials: "same-origin", redirect: "error",
				signal: AbortSignal.timeout(10000),
				headers: {"Content-Type": "application/json",
					"X-Recard-Token": form.token.value}});
			const known = await answer.json();

			// An answer may come after the one to a later question.
			if (mine !== number)
				return;
			if (!answer.ok) {
				tell(known.text || area.dataset.failed);
				return;
			}
			asked = body;
			show([known.warnings.length > 0 ? "area_district"
				: "area_fits",
				known.outlying_island ? "area_island" : ""]);
		} catch (error) {
			if (mine === number)
				tell(area.dataset.failed);
		}
	}

	for (const field of fields)
		field.addEventListener("change", look);
	document.getElementById("check").addEventListener("click", look);
	document.getElementById("refused")?.focus();
}());
