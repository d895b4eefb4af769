/** @odoo-module **/

/** Fill a many2one: type and take the entry that shows the text. */
export function choose(field, text) {
    return [
        {trigger: `.o_field_widget[name=${field}] input`, run: `text ${text}`},
        {trigger: `.ui-autocomplete > li > a:not(:has(i.fa)):contains(${text})`, run: "click"},
    ];
}

/** Type into a field of the form, or of the row that is being edited. */
export function type(field, text, inside = "") {
    return [{trigger: `${inside} .o_field_widget[name=${field}] input`, run: `text ${text}`}];
}

/** Press a button and nothing else. */
export function press(trigger) {
    return [{trigger, run: "click"}];
}

/** See something. */
export function see(trigger) {
    return [{trigger, run() {}}];
}

/** Type a code and press Enter, as a scanner does. */
export function scan(trigger, code) {
    return [
        {
            trigger,
            run() {
                const input = this.$anchor[0];
                input.value = code;
                input.dispatchEvent(new Event("input", {bubbles: true}));
                input.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
            },
        },
    ];
}

export const NEW = ".o_list_button_add";
export const SAVE = ".o_form_button_save";

export function stateIs(label) {
    return see(`.o_statusbar_status:has(.o_arrow_button_current:contains(${label}))`);
}
