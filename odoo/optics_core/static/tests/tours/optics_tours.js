/** @odoo-module **/

import {NEW, SAVE, choose, press, scan, see, stateIs, type} from "./steps";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function add(name, ...steps) {
    tours.add(name, {test: true, steps: () => steps.flat()});
}

add(
    "optics_prescription",
    press(NEW),
    choose("patient_id", "Anna Petrova"),
    press(".o_field_widget[name=set_ids] .o_field_x2many_list_row_add a"),
    type("od_sph", "-3", ".o_selected_row"),
    type("od_cyl", "-1.5", ".o_selected_row"),
    type("od_axis", "10", ".o_selected_row"),
    type("os_sph", "-1.5", ".o_selected_row"),
    see(".alert-warning:contains(Right eye)"),
    press(SAVE),
    see(".o_field_widget[name=name]:contains(RX)"),
    press("button[name=action_transpose]"),
    see("td[name=od_cyl]:contains(+1.50)"),
    see("td[name=od_sph]:contains(-4.50)"),
    press(".o_notebook a[name=history]"),
    see(".o_optics_history_table td.table-warning")
);

add(
    "optics_lens",
    press(".o_data_cell:contains(Basis 1.50)"),
    press(".o_notebook a[name=matrix]"),
    see(".o_optics_matrix_table td.bg-success"),
    see(".o_optics_matrix_table td.bg-info")
);

add(
    "optics_order",
    press(NEW),
    choose("patient_id", "Anna Petrova"),
    choose("prescription_id", "RX"),
    choose("lens_od_id", "Basis 1.50"),
    choose("lens_os_id", "Basis 1.50"),
    see(".o_field_widget[name=availability]:contains(In Stock Range)"),
    press("button[name=action_confirm]"),
    stateIs("Confirmed"),
    press("button[name=action_start]"),
    stateIs("In Production"),
    press("button[name=action_ready]"),
    stateIs("Ready")
);

add(
    "optics_board",
    press(".o_optics_board .o_kanban_record:contains(Anna Petrova)"),
    stateIs("Confirmed"),
    see(".o_form_view:not(:has(.o_field_widget[name=prescription_id]))")
);

add(
    "optics_find_order",
    scan(".o_optics_find_order input", "NOPE"),
    see(".o_optics_find_order .alert-danger:contains(NOPE)"),
    scan(".o_optics_find_order input", "TOUR1"),
    stateIs("Ready"),
    press("button[name=action_deliver]"),
    stateIs("Delivered")
);

add(
    "optics_remake",
    press(".o_statusbar_buttons button:contains(Remake)"),
    [{trigger: ".o_field_widget[name=reason_id] select", run: "text Measured wrongly"}],
    press("button[name=action_remake]"),
    see(".o_field_widget[name=remake_reason_id]:contains(Measured wrongly)"),
    stateIs("Draft")
);

add(
    "optics_lab",
    press(".o_data_cell:contains(Workshop)"),
    press("button[name=action_new_token]"),
    press("footer .btn-primary"),
    see(".o_notification:contains(Token of Workshop)"),
    press(".o_statusbar_buttons button:contains(Load Statuses)"),
    see(".o_field_widget[name=content]"),
    press("footer .btn-secondary:contains(Close)")
);

add(
    "optics_shop",
    press(NEW),
    type("name", "Petrogradka"),
    type("code", "T9"),
    press(SAVE),
    see(".o_form_status_indicator_buttons.invisible"),
    see(".o_field_widget[name=code] input")
);
