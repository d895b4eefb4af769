/** @odoo-module **/

import {FloatField, floatField} from "@web/views/fields/float/float_field";
import {registry} from "@web/core/registry";

/** A float with its sign always shown, as opticians write it: +1.25. */
export class DiopterField extends FloatField {
    get formattedValue() {
        const text = super.formattedValue;
        return this.value > 0 && this.props.inputType !== "number" ? `+${text}` : text;
    }
}

registry.category("fields").add("diopter", {...floatField, component: DiopterField});
