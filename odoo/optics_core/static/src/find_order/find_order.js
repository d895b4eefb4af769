/** @odoo-module **/

import {Component, useState} from "@odoo/owl";
import {useAutofocus, useBus, useService} from "@web/core/utils/hooks";
import {registry} from "@web/core/registry";

/** Opens the manufacturing order whose label was scanned or typed. */
export class FindOrder extends Component {
    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({code: "", missing: ""});
        useAutofocus({refName: "code"});
        useBus(useService("barcode").bus, "barcode_scanned", ({detail}) => this.find(detail.barcode));
    }

    onKeydown(event) {
        if (event.key === "Enter") {
            this.find(this.state.code);
        }
    }

    async find(code) {
        const action = await this.orm.call("optics.manufacturing.order", "find_by_barcode", [code]);
        if (action) {
            await this.action.doAction(action);
        } else {
            this.state.missing = code;
            this.state.code = "";
        }
    }
}

FindOrder.template = "optics_core.FindOrder";

registry.category("actions").add("optics_core.find_order", FindOrder);
